FROM python:3.11-slim
RUN useradd app
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-index -r /tmp/requirements.txt && rm /tmp/requirements.txt
USER app
