FROM python:3.11-slim
ARG ONE=${TWO:-none}
ARG TWO=2
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN echo $ONE
