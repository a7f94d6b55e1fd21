FROM alpine:3.20 as deps
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps as Web
COPY app.sh ./
CMD ["sh", "app.sh"]
