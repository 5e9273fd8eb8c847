# What a program in Python asks of the gateway whose port it is given, as JSON. The test looks at it.
import hashlib
import http.client
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

port = int(sys.argv[2])
url = f'http://127.0.0.1:{port}'


def digest(content):
    return hashlib.sha256(content).hexdigest()


def kept_alive():
    """Requests of several kinds over one connection of http.client."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    seen = []
    local_ports = set()
    for n in range(50):
        method = ['GET', 'HEAD', 'POST'][n % 3]
        path = '/received' if method == 'POST' else f'/chunked/{n * 1000}' if n % 2 else f'/bytes/{n * 1000}'
        connection.request(method, path, body=b'x' * n if method == 'POST' else None)
        local_ports.add(connection.sock.getsockname()[1])
        response = connection.getresponse()
        seen.append([method, response.status, len(response.read())])
    connection.close()
    return {'seen': seen, 'connections': len(local_ports)}


def chunked_upload():
    """A generator is sent in chunks by http.client, and by urllib."""
    parts = [b'%d' % n * 1000 for n in range(100)]
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    connection.request('POST', '/received', body=iter(parts), encode_chunked=True, headers={'Transfer-Encoding': 'chunked'})
    by_client = json.load(connection.getresponse())
    connection.close()
    by_urllib = json.load(urllib.request.urlopen(urllib.request.Request(f'{url}/received', data=iter(parts)), timeout=20))
    return {'digest': digest(b''.join(parts)), 'received': [by_client, by_urllib]}


def urllib_requests():
    """GET, form, redirect and error of urllib; it asks for the end of the connection each time."""
    content = urllib.request.urlopen(f'{url}/chunked/1000000', timeout=20).read()
    form = urllib.parse.urlencode({'name': 'grüße', 'n': 1}).encode()
    posted = json.load(urllib.request.urlopen(f'{url}/received', data=form, timeout=20))
    moved = urllib.request.urlopen(f'{url}/moved', timeout=20)
    try:
        urllib.request.urlopen(f'{url}/status/418', timeout=20)
        failed = None
    except urllib.error.HTTPError as error:
        failed = error.code
    return {'digest': digest(content), 'posted': posted, 'moved': moved.geturl(), 'failed': failed}


def proxied():
    """urllib takes the gateway for a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({'http': url}))
    return json.load(opener.open('http://app.test/received', timeout=20))


def old_version():
    """HTTP/1.0 of http.client, which knows no chunks then."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    connection._http_vsn, connection._http_vsn_str = 10, 'HTTP/1.0'
    connection.request('GET', '/chunked/100000')
    response = connection.getresponse()
    return {'coding': response.getheader('Transfer-Encoding'), 'digest': digest(response.read())}


def cookies():
    """Repeated fields stay apart."""
    return urllib.request.urlopen(f'{url}/cookies', timeout=20).headers.get_all('Set-Cookie')


def incomplete():
    """A content that breaks off is told from one that ends."""
    try:
        urllib.request.urlopen(f'{url}/broken', timeout=20).read()
    except http.client.IncompleteRead as error:
        return len(error.partial)


print(json.dumps(globals()[sys.argv[1]]()))
