FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
    # Those that the shop depends on.

FROM deps AS app

COPY app.sh ./
