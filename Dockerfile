# The college as one image: web, worker and commands. The front end is built in its own stage and shipped inside.
FROM node:22-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tools/assets.mjs tools/
COPY app/static/src app/static/src
RUN node tools/assets.mjs

FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
WORKDIR /college
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=assets /src/app/static/dist app/static/dist
COPY --from=assets /src/node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff \
     /src/node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-700-normal.woff \
     node_modules/@fontsource/noto-sans-sc/files/
RUN python tools/messages.py --compile && python -m app.certificates.fonts && python -m compileall -q app tools config.py wsgi.py && useradd --system --home /data college && mkdir -p /data /media && chown college /data /media
USER college
ENV APP_ENV=production DATA_DIR=/data MEDIA_DIR=/media HOST=0.0.0.0 PORT=8000 BLOCKING_THREADS=8 PROXY_HOPS=1 MEDIA_ACCEL=x-accel
EXPOSE 8000
CMD ["sh", "-c", "flask --app wsgi prepare && exec python tools/serve.py --interface wsgi --host $HOST --port $PORT --workers ${WEB_WORKERS:-2} --blocking-threads $BLOCKING_THREADS --respawn-failed-workers --no-ws wsgi:app"]
