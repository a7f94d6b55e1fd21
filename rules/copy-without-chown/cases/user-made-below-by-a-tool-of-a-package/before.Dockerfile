FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
COPY state.txt /app/
RUN microdnf install -y shadow-utils
RUN useradd app
USER app
