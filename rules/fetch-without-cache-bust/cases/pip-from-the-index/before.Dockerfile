FROM python:3.12
RUN pip install requests --index-url https://example.com/simple
WORKDIR /src
