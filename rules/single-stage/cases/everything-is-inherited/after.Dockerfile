FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
MAINTAINER somebody@example.org
LABEL org.example.role=web
ENV PYTHONUNBUFFERED=1 \
    MODE=production
SHELL ["/bin/sh", "-ec"]
RUN adduser -D app
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --retries=2 CMD true
EXPOSE 8080
WORKDIR /srv
WORKDIR app
ENTRYPOINT ["sh"]
CMD ["app.sh"]
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app

USER app
COPY . .
WORKDIR run
RUN mkdir /tmp/state; id -u >/tmp/state/user; echo "$MODE" >/tmp/state/mode; pwd >/tmp/state/place
LABEL org.example.part=shop
EXPOSE 9090
