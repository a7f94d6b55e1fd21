FROM scratch
COPY LICENSE config/a.json /app/
