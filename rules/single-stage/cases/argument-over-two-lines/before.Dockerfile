FROM python:3.11-slim
ARG WORDS="one \
  two"
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN echo $WORDS
