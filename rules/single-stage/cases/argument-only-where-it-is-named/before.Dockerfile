FROM alpine:3.20
COPY pip /usr/local/bin/
ARG MODE=production
ARG ROOT=/srv
ARG PLACE=${ROOT}/app
WORKDIR /srv/app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt && echo "$MODE" >/mode
COPY . ${PLACE}
CMD ["sh", "app.sh"]
