FROM python:3.12
RUN pip install git+https://github.com/example/tool.git@4f2ac1de90b7c3d1e5f60718293a4b5c6d7e8f90
WORKDIR /src
