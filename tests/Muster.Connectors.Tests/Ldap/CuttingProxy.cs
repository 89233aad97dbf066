using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Connectors.Tests.Ldap;

/// <summary>Stands between an agent and a directory server, and breaks one connection off where a text comes by from the server.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private byte[]? _text;

    /// <param name="text">Null: nothing is broken off until <see cref="Cut"/>.</param>
    public CuttingProxy(string host, int port, string? text = null)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        if (text is not null)
        {
            Cut(text);
        }

        _ = Task.Run(AcceptAsync);
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public bool HasCut { get; private set; }

    /// <summary>Breaks the next connection off on which a text comes by.</summary>
    public void Cut(string text)
    {
        HasCut = false;
        _text = Encoding.UTF8.GetBytes(text);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(_host, _port);
                _ = Task.Run(() => ForwardAsync(client, server, false));
                _ = Task.Run(() => ForwardAsync(server, client, true));
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient from, TcpClient to, bool isFromServer)
    {
        using (from)
        using (to)
        {
            try
            {
                var buffer = new byte[16384];
                int count;
                while ((count = await from.GetStream().ReadAsync(buffer)) > 0)
                {
                    if (isFromServer && _text is { } text && buffer.AsSpan(0, count).IndexOf(text) is >= 0 and var place)
                    {
                        _text = null;
                        HasCut = true;
                        await to.GetStream().WriteAsync(buffer.AsMemory(0, place));
                        return;
                    }

                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                // One of both has gone.
            }
        }
    }
}
