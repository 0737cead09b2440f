using VideoGen.Cli.Rehearsal.Processes;

namespace VideoGen.Cli.Rehearsal.Clusters;

/// <summary>
/// On a busy machine a silo may be declared dead while it comes up, or hear nothing from those that are there in the time that it has to join; then it leaves.
/// It is started again, as a supervisor does. A silo that ends for any other reason is not.
/// </summary>
internal static class SiloStart
{
    private const int MaxStarts = 3;

    /// <summary>What Orleans says where a silo finds itself dead in the list of silos.</summary>
    private const string ToldDead = "I have been told I am dead";

    /// <summary>What it says where silos that the list has as alive did not answer one that wants to join.</summary>
    private const string Unanswered = "Failed to get ping responses";

    /// <returns>The silo that is up.</returns>
    /// <exception cref="InvalidOperationException">It did not come up; the message has all that it said.</exception>
    public static async Task<ChildProcess> UntilUpAsync(Func<ChildProcess> start)
    {
        for (var starts = 1; ; starts++)
        {
            var silo = start();
            try
            {
                await silo.WaitForLineAsync("The silo is up");
                return silo;
            }
            catch (InvalidOperationException) when (MayStartAgain(silo) && starts < MaxStarts)
            {
            }
        }
    }

    /// <summary>Whether a silo says in this line that it was taken for dead.</summary>
    public static bool IsToldDead(string line) => line.Contains(ToldDead, StringComparison.Ordinal);

    /// <summary>Whether it ended since others did not hear it in time, or it did not hear them.</summary>
    public static bool MayStartAgain(ChildProcess silo) => silo.HasExited && (silo.CountOf(ToldDead) > 0 || silo.CountOf(Unanswered) > 0);
}
