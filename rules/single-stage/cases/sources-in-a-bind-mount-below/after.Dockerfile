FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
RUN --mount=type=bind,target=/src cp /src/app.sh /app/
