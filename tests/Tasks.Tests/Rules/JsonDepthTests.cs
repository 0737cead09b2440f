using System.Text;
using System.Text.Json;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Rules;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Tasks.Tests.Rules;

/// <summary>What is taken in can be read again: the document around a value must not bring it below where readers of JSON go.</summary>
public sealed class JsonDepthTests
{
    private static readonly TaskId Id = TaskId.Parse("deep");

    [Theory]
    [InlineData(1)]
    [InlineData(Limits.MaxJsonDepth)]
    public void AsDeepAsAllowed_IsReadAgainFromItsDocument(int depth)
    {
        var input = Nested(depth);

        Assert.Equal(depth, input.Depth());
        Assert.Null(CommandBounds.Check(new CreateTask(Id, input, null)));
        Assert.Null(CommandBounds.Check(new CompleteStage("work", 1) { TaskResult = input }));
        var document = DocumentOf(input);
        Assert.Equal(input, ReadAgain(document).State!.InputConfig);
        Assert.Null(CommandBounds.Check(new SaveTask(0, JsonText.Parse(Encoding.UTF8.GetString(document.StateJson)))));
    }

    [Theory]
    [InlineData(Limits.MaxJsonDepth + 1)]
    [InlineData(64)]
    public void Deeper_IsRefusedByName(int depth)
    {
        var input = Nested(depth);
        var state = JsonText.Parse($$"""{"metadata":{{Nested(63)}}}""");

        Assert.Equal(
            $"The input of the task has {depth} levels of objects and arrays within each other; {Limits.MaxJsonDepth} is the most.",
            CommandBounds.Check(new CreateTask(Id, input, null)));
        Assert.NotNull(CommandBounds.Check(new CompleteStage("work", 1) { TaskResult = input }));
        Assert.NotNull(CommandBounds.Check(new SaveTask(0, state)));
    }

    [Fact]
    public void OneDeeper_CouldBeWrittenAndNotBeRead() => Assert.ThrowsAny<JsonException>(() => ReadAgain(DocumentOf(Nested(Limits.MaxJsonDepth + 1))));

    [Fact]
    public void BracketsWithinStrings_DoNotCount() =>
        Assert.Equal(1, JsonText.Parse("""{"a":"[[{\"[","b\\":"{"}""").Depth());

    private static TaskDocument DocumentOf(JsonText value) => new(
        new TaskState { TaskId = Id, InputConfig = value, Result = value, Version = 1 },
        new CommitRecord { TaskId = Id.Value, Version = 1 });

    private static TaskDocument ReadAgain(TaskDocument document)
    {
        var read = new TaskDocument();
        read.Load(document.ToUtf8Json().ToMemory());
        return read;
    }

    private static JsonText Nested(int depth) =>
        JsonText.Parse(string.Concat(Enumerable.Repeat("""{"a":""", depth)) + "1" + new string('}', depth));
}
