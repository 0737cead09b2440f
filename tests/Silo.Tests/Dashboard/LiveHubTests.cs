using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VideoGen.Silo.Dashboard.Live;

namespace VideoGen.Silo.Tests.Dashboard;

public sealed class LiveHubTests : IDisposable
{
    private static readonly Drawing Readable = new("A page", $"<p>Here it is.</p>");

    private static readonly Drawing Unreadable = new("A page", $"<p>It cannot be read now.</p>") { Status = StatusCodes.Status503ServiceUnavailable };

    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedSource _source = new();

    public void Dispose() => _services.Dispose();

    /// <summary>A browser that comes from a silo that died shows its last state until this one knows a newer.</summary>
    [Fact]
    public async Task AViewThatCannotBeReadAtFirstIsSaidToBeSoAfterAWhileAndNotAtOnce()
    {
        var feed = await OpenAsync(Unreadable);
        Assert.Null(feed.Since("of another silo").Patch);

        _time.Advance(TimeSpan.FromSeconds(4));
        await _source.DrawAsync(Unreadable);
        Assert.Null(feed.Since("of another silo").Patch);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _source.DrawAsync(Unreadable);
        Assert.NotNull(feed.Since("of another silo").Patch);
    }

    [Fact]
    public async Task WhatCanBeReadAgainIsSentAtOnceAndSoIsWhatCannotBeReadAnyMore()
    {
        var feed = await OpenAsync(Unreadable);
        await _source.DrawAsync(Readable);
        var (mark, patch, _) = feed.Since("of another silo");
        Assert.NotNull(patch);

        await _source.DrawAsync(Unreadable);
        Assert.NotNull(feed.Since(mark).Patch);
    }

    private async Task<LiveFeed> OpenAsync(Drawing drawing)
    {
        var hub = new LiveHub(_services, _time, NullLogger<LiveHub>.Instance);
        _source.Next = drawing;
        var feed = hub.Join(new ScriptedView(_source))!;
        await _source.Drawn.WaitAsync(TestContext.Current.CancellationToken);
        return feed;
    }

    private sealed record ScriptedView(ScriptedSource Source) : LiveView
    {
        public override ILiveSource Open(IServiceProvider services) => Source;
    }

    /// <summary>Draws what the test says, when it says so.</summary>
    private sealed class ScriptedSource : ILiveSource
    {
        private readonly SemaphoreSlim _again = new(0);

        public SemaphoreSlim Drawn { get; } = new(0);

        public Drawing Next { get; set; } = Readable;

        public Task<Drawing> DrawAsync(CancellationToken cancellationToken) => Task.FromResult(Next);

        public async Task DrawAsync(Drawing drawing)
        {
            Next = drawing;
            _again.Release();
            await Drawn.WaitAsync(TestContext.Current.CancellationToken);
        }

        public Task WaitAsync(CancellationToken cancellationToken)
        {
            Drawn.Release();
            return _again.WaitAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
