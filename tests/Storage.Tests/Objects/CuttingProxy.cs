using System.Net;
using System.Net.Sockets;

namespace VideoGen.Storage.Tests.Objects;

/// <summary>Stands between a store and its server, and cuts each connection that has carried so many bytes one way or the other, for so many times.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly int _target;
    private readonly int _after;
    private readonly Task _accepting;
    private int _cutsLeft;

    /// <param name="target">The port of the server.</param>
    /// <param name="after">Bytes that a connection carries.</param>
    /// <param name="cuts">After so many it is a proxy like any other.</param>
    public CuttingProxy(int target, int after, int cuts)
    {
        (_target, _after, _cutsLeft) = (target, after, cuts);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that reached the server.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public int CutsLeft => Volatile.Read(ref _cutsLeft);

    private long _sent;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, _target);
        await Task.WhenAny(PassAsync(near, far, isUp: true), PassAsync(far, near, isUp: false));
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool isUp)
    {
        var buffer = new byte[16 * 1024];
        var carried = 0;
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _closing.Token) is > 0 and var read)
            {
                carried += read;
                if (carried > _after && Interlocked.Decrement(ref _cutsLeft) >= 0)
                {
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _closing.Token);
                if (isUp)
                {
                    Interlocked.Add(ref _sent, read);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // One of the two has hung up.
        }
    }
}
