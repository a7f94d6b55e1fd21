FROM python:3.11-slim
COPY tools/requirements/all.txt /app/tools/requirements/
WORKDIR /app
RUN cd tools && pip install -r requirements/all.txt
COPY . /app
