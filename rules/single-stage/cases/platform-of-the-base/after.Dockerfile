FROM --platform=linux/amd64 alpine:3.20 AS deps
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
COPY app.sh ./
