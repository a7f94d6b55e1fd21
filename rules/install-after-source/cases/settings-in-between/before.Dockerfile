FROM python:3.11-slim
WORKDIR /app
COPY . .
ENV A=1
ARG B=2
LABEL c=d
EXPOSE 80
RUN mkdir -p /var/shop && echo $A
RUN pip install -r requirements.txt
CMD ["python3", "app.py"]
