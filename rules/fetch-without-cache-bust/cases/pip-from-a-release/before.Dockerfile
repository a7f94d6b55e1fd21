FROM python:3.12
RUN pip install git+ssh://git@github.com/example/tool.git@v1.0#egg=tool
WORKDIR /src
