FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
