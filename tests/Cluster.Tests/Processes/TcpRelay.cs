using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VideoGen.Cluster.Tests.Processes;

/// <summary>Stands on the loopback address between processes that talk over TCP. It passes on what they say, holds it back, or cuts their connections.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = [];
    private readonly ConcurrentDictionary<TcpClient, string> _unanswered = [];
    private readonly Task _accepting;
    private TaskCompletionSource _gate = new();
    private volatile bool _cut;

    public TcpRelay(int target)
    {
        _target = target;
        _gate.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on nothing gets through, in no direction, while every connection stays up.</summary>
    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until something is held back that was sent to the target and whose beginning is as asked for.</summary>
    public Task WaitForHeldAsync(Func<string, bool> beginning) => UntilAsync(held => held.Values.Any(beginning), "Nothing of the kind was held back");

    /// <summary>Passes on all that was held back, and what comes after it; returns when the target answered on each connection.</summary>
    public Task ReleaseAsync()
    {
        _gate.SetResult();
        return UntilAsync(held => held.IsEmpty, "Not everything that was held back was answered");
    }

    /// <summary>Ends all connections; new ones are ended as well.</summary>
    public void Cut()
    {
        _cut = true;
        foreach (var client in _open.Keys)
        {
            client.Close();
        }
    }

    public void Mend() => _cut = false;

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _closing.CancelAsync();
        _gate.TrySetResult();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
    }

    private async Task UntilAsync(Func<ConcurrentDictionary<TcpClient, string>, bool> condition, string otherwise)
    {
        using var patience = new CancellationTokenSource(ToolProcess.Patience);
        while (!condition(_unanswered))
        {
            Assert.False(patience.IsCancellationRequested, $"{otherwise}: {string.Join(" | ", _unanswered.Values)}");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay is closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var target = new TcpClient();
        _open[client] = _open[target] = true;
        try
        {
            if (_cut)
            {
                return;
            }

            await target.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
            await Task.WhenAny(PassAsync(client, target, Hold), PassAsync(target, client, _ => _unanswered.TryRemove(client, out var _)));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The target is not there, or the relay cut it: either way the connection is over.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(target, out _);
            _unanswered.TryRemove(client, out _);
            client.Dispose();
        }

        void Hold(string beginning)
        {
            if (!_gate.Task.IsCompleted)
            {
                _unanswered.TryAdd(client, beginning);
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, Action<string> heard)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _closing.Token) is > 0 and var read)
            {
                heard(Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 60)));
                await _gate.Task;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _closing.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two ends is gone.
        }
    }
}
