FROM alpine:3.20 AS deps
RUN date > /deps
FROM deps AS app
# the build
RUN echo built > /out
