FROM alpine:3.20
RUN echo 1 > /first

# second
RUN echo 2 \
  > /second
RUN echo 3 > /third
