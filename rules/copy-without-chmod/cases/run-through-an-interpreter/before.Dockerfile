FROM debian:bookworm-slim
WORKDIR /src
COPY build.sh install.sh env.sh run.py start.sh ./
RUN sh build.sh && bash ./install.sh
RUN . ./env.sh && echo "$READY"
HEALTHCHECK CMD ["python3", "run.py"]
ENTRYPOINT ["sh", "start.sh"]
