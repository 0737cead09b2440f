namespace VideoGen.Stages.Documents;

/// <summary>
/// A document, or a choice that came with it, cannot become a video. The message says what is wrong and what to do, in the words of the person who handed
/// it in.
/// </summary>
/// <param name="code">A short stable name, such as <c>document.empty</c>.</param>
/// <param name="message">One or two sentences.</param>
public sealed class DocumentException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
