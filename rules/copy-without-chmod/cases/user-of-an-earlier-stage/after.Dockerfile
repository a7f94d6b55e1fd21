FROM node:20-slim AS base
RUN useradd -m app
USER app

FROM base AS final
USER root
COPY app.yaml /etc/app.yaml
RUN chmod 644 /etc/app.yaml
USER app
CMD ["cat", "/etc/app.yaml"]
