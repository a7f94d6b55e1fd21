FROM alpine:3.20 AS busybox-base
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM busybox-base AS shop
COPY --from=busybox /bin/busybox /bin/tool
COPY app.sh ./
