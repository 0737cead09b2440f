using VideoGen.Client.Stages;
using VideoGen.Stages.Tests.Media;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Slides;

/// <summary>Pictures are drawn by native code: what is disposed while it draws ends the process, and with it every stage that the worker does.</summary>
public sealed class CancelledDrawingTests
{
    private const int Threads = 8;
    private const int RoundsOfEach = 100;

    /// <summary>Drawing a clip takes longer than this, so that most cancellations come while a picture is drawn.</summary>
    private const int LongestDelay = 120;

    [Fact]
    public async Task ManyCancellationsWhileScenesAreDrawnHarmNobody()
    {
        await using var production = new Production();
        production.Config = production.Config with { Width = 640, Height = 480 };
        production.SearchPath = new FakeTool(production.WorkFolder("bin"), "ffmpeg", "exec cat > /dev/null").SearchPath;
        var items = Enumerable.Range(1, 7).Select(i => $"Point {i}: Grüße, Привет, Γειά, 漢字 שלום ✓ and some more words to fill a line or two").ToArray();
        await production.WithScenesAsync(new Scene { Id = "scene-001", Kind = SceneKind.List, Title = "Many points", Chapter = "Points", Lines = [.. items] });
        await production.WithTimingAsync(new VoiceTiming("scene-001", items.Length, [.. items.Select((text, i) => new TimedSentence(text, i, i + 0.9))]));

        var cancelled = await Task.WhenAll(
            Enumerable.Range(0, Threads).Select(seed => Task.Run(() => DrawAndCancelAsync(production, seed), TestContext.Current.CancellationToken)));

        Assert.True(cancelled.Sum() > Threads, $"Only {cancelled.Sum()} of {Threads * RoundsOfEach} were cancelled in time.");
    }

    private static async Task<int> DrawAndCancelAsync(Production production, int seed)
    {
        var random = new Random(seed);
        var cancelled = 0;
        for (var round = 0; round < RoundsOfEach; round++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            cancel.CancelAfter(random.Next(1, LongestDelay));
            try
            {
                await production.RunAsync("video_generation:scene-001", cancel.Token);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                cancelled++;
            }
            catch (StageFailedException failure) when (failure.Code == "clip.incomplete")
            {
                // The stand-in encodes nothing.
            }
        }

        return cancelled;
    }
}
