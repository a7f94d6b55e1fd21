FROM python:3.11-slim
ARG TAGS="$TAGS web"
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN echo $TAGS
