FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY settings.conf /etc/settings.conf
COPY start.sh /usr/local/bin/
COPY root/ /
ENTRYPOINT ["start.sh"]
