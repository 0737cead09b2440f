namespace VideoGen.Tasks.Contracts;

/// <summary>What a call comes to whose receiver is in a silo of an older program (F31).</summary>
internal static class OlderPrograms
{
    /// <summary>Whether the receiver does not know the question, so that it cannot even be read there. Nothing was done.</summary>
    public static bool DoNotKnow(Exception exception) => exception is TypeLoadException;
}
