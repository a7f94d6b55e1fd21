FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
WORKDIR /app
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt \
    --mount=type=cache,target=/root/.cache/pip \
    pip install -r requirements.txt

FROM deps AS app
COPY app.sh ./
