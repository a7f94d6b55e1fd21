FROM alpine:3.20
COPY state.txt /srv/app/state.txt
USER 4321
CMD ["cat", "/srv/app/state.txt"]
