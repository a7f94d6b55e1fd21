FROM alpine:3.20
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
    # Those that the shop depends on.

COPY app.sh ./
