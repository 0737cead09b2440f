using VideoGen.Grains.Upkeep;

namespace VideoGen.Grains.Tests.Upkeep;

public sealed class IdleMemoryTests
{
    private const long Heap = 200_000_000;

    private readonly IdleMemory _memory = new();
    private long _allocated;

    [Fact]
    public void Memory_IsGivenBackOnceTheWorkIsOver()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.False(Look(IdleMemory.BurstBytes));
        }

        Assert.Equal([false, false, true, false, false, false, false], Enumerable.Range(0, 7).Select(_ => Look(1_000_000)));
    }

    [Fact]
    public void WorkInBetween_BeginsTheWaitAnew()
    {
        Assert.False(Look(2 * IdleMemory.BurstBytes));
        Assert.Equal([false, false, false, false, false, true], ((long[])[0, 0, IdleMemory.QuietBytes, 0, 0, 0]).Select(Look));
    }

    [Fact]
    public void SiloThatHadLittleToDo_IsLeftAlone()
    {
        Assert.False(Look(IdleMemory.QuietBytes));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.False(Look(1_000_000)));
    }

    [Fact]
    public void LargeHeap_IsLeftAlone()
    {
        Assert.False(Look(2 * IdleMemory.BurstBytes));
        Assert.All(Enumerable.Range(0, 5), _ => Assert.False(_memory.Look(_allocated, IdleMemory.MaxHeapBytes + 1)));
        Assert.True(_memory.Look(_allocated, IdleMemory.MaxHeapBytes));
    }

    private bool Look(long allocated) => _memory.Look(_allocated += allocated, Heap);
}
