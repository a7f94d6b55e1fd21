FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
ENV MODE=production
ARG MODE=test
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
ARG MODE=test
COPY . .
RUN echo "$MODE" >mode
