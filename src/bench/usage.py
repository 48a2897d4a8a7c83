"""What a server and its PostgreSQL have used so far (Linux: /proc)."""
import os

HZ = os.sysconf("SC_CLK_TCK")


def ticks(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()


def cpu(server, postgres):
    """CPU seconds of the server, and of PostgreSQL with all its processes, those that ended too."""
    own = sum(int(t) for t in ticks(server)[11:13])
    pg = sum(int(t) for t in ticks(postgres)[11:15])
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            t = ticks(pid)
        except OSError:
            continue
        if int(t[1]) == postgres:
            pg += int(t[11]) + int(t[12])
    return own / HZ, pg / HZ


def resident(server):
    """Megabytes of memory that the server holds."""
    with open(f"/proc/{server}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) // 1024
