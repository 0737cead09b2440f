using System.IO.Pipes;
using VideoGen.Stages.Media;

namespace VideoGen.Stages.Tests.Media;

/// <summary>What is written to a program while its pipe is closed by somebody else.</summary>
public sealed class ProgramInputTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhoeverClosesThePipeBeforeTheFirstWriteDoesNotCloseTheWritersEnd()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the writer has no end of its own.");
        await using var program = new AnonymousPipeServerStream(PipeDirection.In);
        var given = new AnonymousPipeClientStream(PipeDirection.Out, program.ClientSafePipeHandle);
        var isClosed = new TaskCompletionSource();
        await using var input = new ProgramInput(
            async (stream, cancellationToken) =>
            {
                await isClosed.Task;
                await stream.WriteAsync("whole"u8.ToArray(), cancellationToken);
            },
            Stop);

        var writing = input.BeginAsync(given, Stop);
        await given.DisposeAsync();
        isClosed.SetResult();

        using var read = new StreamReader(program);
        Assert.Equal("whole", await read.ReadToEndAsync(Stop));
        await writing;
        Assert.Null(input.Failure);
    }

    [Fact]
    public async Task APipeThatBrokeIsToldUnlessTheProgramHasEnded()
    {
        Assert.True(await BreakAsync(isEnded: false) is IOException);
        Assert.Null(await BreakAsync(isEnded: true));
    }

    private static async Task<Exception?> BreakAsync(bool isEnded)
    {
        var program = new AnonymousPipeServerStream(PipeDirection.In);
        await using var given = new AnonymousPipeClientStream(PipeDirection.Out, program.ClientSafePipeHandle);
        var isBroken = new TaskCompletionSource();
        await using var input = new ProgramInput(
            async (stream, cancellationToken) =>
            {
                await isBroken.Task;
                await stream.WriteAsync("lost"u8.ToArray(), cancellationToken);
            },
            Stop);

        using var ended = new CancellationTokenSource();
        var writing = input.BeginAsync(given, ended.Token);
        await program.DisposeAsync();
        if (isEnded)
        {
            await ended.CancelAsync();
        }

        isBroken.SetResult();
        await writing;
        return input.Failure;
    }
}
