// What Node's own HTTP server reads: each request is answered with what it was, in one header field, so that
// HEAD says it too. Prints its port; ends with its standard input.

import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const fields = [];
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      fields.push([request.rawHeaders[at], request.rawHeaders[at + 1]]);
    }
    const seen = {
      method: request.method,
      target: request.url,
      fields,
      body: Buffer.concat(pieces).toString('base64'),
    };
    response.setHeader('x-seen', Buffer.from(JSON.stringify(seen)).toString('base64'));
    response.setHeader('content-length', '0');
    response.end();
  });
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
