FROM python:3.11-slim
ENV BASE=/a
ARG PLACE=$BASE/x
ENV BASE=/b
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN ls $PLACE
