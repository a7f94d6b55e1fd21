microdnf install -y shadow-utils
