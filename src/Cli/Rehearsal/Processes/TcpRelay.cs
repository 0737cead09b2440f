using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VideoGen.Cli.Rehearsal.Processes;

/// <summary>
/// Stands on the loopback address between processes that talk over TCP. It passes on what they say, holds it back, or cuts their connections.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = [];
    private readonly ConcurrentDictionary<TcpClient, bool> _unanswered = [];
    private readonly Task _accepting;
    private TaskCompletionSource _gate = new();
    private Hold? _hold;
    private volatile bool _cut;
    private volatile bool _keeps;

    public TcpRelay(int target)
    {
        _target = target;
        _gate.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>
    /// Waits for something that is sent to the target, and begins as asked for, until all of it is here. That, and all that follows on any connection and in
    /// any direction, is held back, while every connection stays up.
    /// </summary>
    public async Task HoldFromAsync(Func<string, bool> begins, Func<string, bool> isWhole)
    {
        var hold = new Hold(begins, isWhole, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _hold = hold;
        await hold.Seen.Task.WaitAsync(ChildProcess.Patience);
    }

    /// <summary>Passes on all that was held back, and what comes after it; returns when what was waited for was answered.</summary>
    public async Task ReleaseAsync()
    {
        _gate.SetResult();
        using var patience = new CancellationTokenSource(ChildProcess.Patience);
        while (!_unanswered.IsEmpty)
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException("What was held back was not answered.");
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>
    /// Takes what is sent from now on, over new connections as well, and keeps it: every connection stays up and carries nothing. When a client ends one, its
    /// target sees the end.
    /// </summary>
    public void Keep() => _keeps = true;

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

        // A listener that is stopped between two clients would throw at the second; the token ends the accepting in any moment.
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
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay is closed.
        }
    }

    /// <summary>Passes on what the client sends.</summary>
    private async Task ServeAsync(TcpClient client)
    {
        _open[client] = true;
        TcpClient? target = null;
        var buffer = new byte[64 * 1024];
        try
        {
            // At once, and not with the first word: a silo greets whoever comes before that.
            target = _cut || _keeps ? null : await ConnectAsync(client);
            while (!_cut && await client.GetStream().ReadAsync(buffer, _closing.Token) is > 0 and var read)
            {
                if (_keeps)
                {
                    continue;
                }

                ReadOnlyMemory<byte> sent = buffer.AsMemory(0, read);
                if (_hold is { } hold && hold.Begins(TextOf(sent)) && Interlocked.CompareExchange(ref _hold, null, hold) == hold)
                {
                    _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    _unanswered[client] = true;
                    sent = await ReadWholeAsync(client, sent, hold);
                    hold.Seen.SetResult();
                }

                if (!_gate.Task.IsCompleted)
                {
                    await _gate.Task;

                    // A server does not keep an idle connection for long, and what was held back must arrive all the same.
                    target?.Dispose();
                    target = null;
                }

                target ??= await ConnectAsync(client);
                await target.GetStream().WriteAsync(sent, _closing.Token);
            }
        }
        catch (Exception exception) when (IsTheEnd(exception))
        {
        }
        finally
        {
            _open.TryRemove(client, out _);
            _unanswered.TryRemove(client, out _);
            client.Dispose();
            target?.Dispose();
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadWholeAsync(TcpClient client, ReadOnlyMemory<byte> beginning, Hold hold)
    {
        var whole = new ArrayBufferWriter<byte>();
        whole.Write(beginning.Span);
        while (!hold.IsWhole(TextOf(whole.WrittenMemory)) && await client.GetStream().ReadAsync(whole.GetMemory(), _closing.Token) is > 0 and var read)
        {
            whole.Advance(read);
        }

        return whole.WrittenMemory;
    }

    private async Task<TcpClient> ConnectAsync(TcpClient client)
    {
        var target = new TcpClient();
        await target.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
        _ = AnswerAsync(client, target);
        return target;
    }

    /// <summary>Passes on what the target answers. A target that ends the connection ends it for the client too, unless that is held back.</summary>
    private async Task AnswerAsync(TcpClient client, TcpClient target)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await target.GetStream().ReadAsync(buffer, _closing.Token) is > 0 and var read)
            {
                if (_keeps)
                {
                    continue;
                }

                await _gate.Task;
                await client.GetStream().WriteAsync(buffer.AsMemory(0, read), _closing.Token);
                _unanswered.TryRemove(client, out _);
            }

            if (_gate.Task.IsCompleted)
            {
                client.Close();
            }
        }
        catch (Exception exception) when (IsTheEnd(exception))
        {
        }
    }

    /// <summary>A character for each byte.</summary>
    private static string TextOf(ReadOnlyMemory<byte> sent) => Encoding.Latin1.GetString(sent.Span);

    /// <summary>One of the two ends is gone, or the relay cut them off.</summary>
    private static bool IsTheEnd(Exception exception) =>
        exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private sealed record Hold(Func<string, bool> Begins, Func<string, bool> IsWhole, TaskCompletionSource Seen);
}
