FROM python:3.11-slim
WORKDIR /srv/app
COPY --chown=1000:1000 --chmod=755 requirements.txt ./
RUN pip install -r requirements.txt && echo done
COPY --chown=1000:1000 --chmod=755 . .
