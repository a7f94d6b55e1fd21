FROM alpine:3.20 AS deps-base
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps-base AS app-final
COPY app.sh ./
