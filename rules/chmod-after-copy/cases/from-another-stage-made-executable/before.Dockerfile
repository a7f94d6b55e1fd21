FROM alpine:3.20 AS build
RUN echo program > /program && chmod 600 /program

FROM alpine:3.20
COPY --from=build /program /usr/local/bin/program
RUN chmod +x /usr/local/bin/program
CMD ["program"]
