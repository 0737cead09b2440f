using System.Net;
using System.Net.Sockets;

namespace VideoGen.Silo.Tests.Dashboard;

/// <summary>One address in front of silos that come and go, as a load balancer has it.</summary>
internal sealed class FrontDoor : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private int? _behind;

    public FrontDoor(int port)
    {
        _behind = port;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Cuts every connection, and leads to another silo from now on; null for none.</summary>
    public void LeadTo(int? port)
    {
        lock (_gate)
        {
            _behind = port;
            _open.ForEach(connection => connection.Client?.Close(0));
            _open.Clear();
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        LeadTo(null);
        _listener.Stop();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = CarryAsync(client);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var silo = new TcpClient();
        int? port;
        lock (_gate)
        {
            port = _behind;
            _open.AddRange([client, silo]);
        }

        try
        {
            if (port is not null)
            {
                await silo.ConnectAsync(IPAddress.Loopback, port.Value);
                await Task.WhenAny(client.GetStream().CopyToAsync(silo.GetStream()), silo.GetStream().CopyToAsync(client.GetStream()));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the ends is gone; so is the other one then.
        }

        client.Close();
    }
}
