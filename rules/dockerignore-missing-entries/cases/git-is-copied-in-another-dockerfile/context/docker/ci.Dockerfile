FROM node:20
COPY main.py /app/
COPY .git/HEAD /app/
