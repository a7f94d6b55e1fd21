FROM node:20-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
RUN npm ci
