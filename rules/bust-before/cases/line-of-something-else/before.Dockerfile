FROM alpine:3.20
RUN echo 1 > /first
ENV MODE=fast
LABEL a=b
RUN echo 2 > /second
