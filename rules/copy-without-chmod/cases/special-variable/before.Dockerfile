FROM fedora:40
RUN useradd app
ENV UID=1000
COPY app.json /data/$UID/
USER app
CMD ["cat", "/data/1000/app.json"]
