FROM python:3.11-slim AS deps
COPY pip.conf /etc/pip.conf
COPY start.sh /usr/local/bin/
COPY --from=busybox /bin/busybox /usr/local/bin/busybox
WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir -r requirements/web.txt

FROM deps AS app
COPY . .
ENTRYPOINT ["sh", "/usr/local/bin/start.sh"]
