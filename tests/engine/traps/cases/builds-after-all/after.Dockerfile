FROM alpine:3.20
RUN echo some words && false
